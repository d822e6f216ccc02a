"""The container image of the Bento: options that the bentofiles do not have."""

from bentoml.images import Image

IMAGE = Image(
    base_image="docker.io/library/python:3.11.13-slim-bookworm",
    # BentoML installs compilers and git, which no package needs, in a distribution that it knows.
    distro="slim",
)
# BentoML would install the newest version.
IMAGE.run("pip install --no-cache-dir uv==0.13.9")
