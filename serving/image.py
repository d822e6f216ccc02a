"""The image that BentoML makes of the Bento: what the build files have no setting for."""

from bentoml.images import Image

IMAGE = Image(
    base_image="docker.io/library/python:3.11.13-slim-bookworm",
    # For a distribution that it knows BentoML installs compilers and git, which no package needs.
    distro="slim",
)
# BentoML would install the newest version, whatever that is.
IMAGE.run("pip install --no-cache-dir uv==0.13.9")
