"""Make MLflow's bucket if it is missing.

Reads ``MLFLOW_ARTIFACTS_DESTINATION`` (``s3://bucket``), ``MLFLOW_S3_ENDPOINT_URL`` and the
``AWS_…`` variables.
"""

import os
from urllib.parse import urlsplit

import boto3


def main() -> None:
    bucket = urlsplit(os.environ["MLFLOW_ARTIFACTS_DESTINATION"]).netloc
    store = boto3.client("s3", endpoint_url=os.environ["MLFLOW_S3_ENDPOINT_URL"])
    if bucket not in [found["Name"] for found in store.list_buckets()["Buckets"]]:
        store.create_bucket(Bucket=bucket)


if __name__ == "__main__":
    main()
