"""Files of rows: CSV, JSON Lines and Parquet, on disk, in an S3 store or piped, read strictly.

``open_tables`` opens the files of a path, ``open_stream`` a pipe. ``Table.rows`` yields their rows.
"""
