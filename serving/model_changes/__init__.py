"""Changes of the served champions without a restart.

The parent process coordinates a change, and its workers follow. They share one folder:

- a worker places the request of ``POST /admin/models`` there (``change_request``);
- the parent tries the model in a process of its own (``trial``);
- the parent publishes the versions to serve, and whose turn it is to switch (``state``);
- each worker loads the model, switches, and writes the versions that it serves
  (``process_status``).
"""
