#!/bin/sh
# Run by the image's entry point: a certificate that was renewed is read within six hours.
(while sleep 21600; do nginx -s reload; done) &
