"""The same model in other servers, each as its documentation has it, batching where it can.

They run in environments of their own and import nothing of this project.
"""
