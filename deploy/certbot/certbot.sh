#!/bin/sh
# Gets a certificate for SENTIMENT_HOST, and checks every 12 hours whether it must be renewed.
# nginx answers the challenges. nginx reads a new certificate at its next reload.
set -eu

if [ -n "$ACME_MAIL" ]; then
  set -- --email "$ACME_MAIL"
else
  set -- --register-unsafely-without-email
fi
certbot certonly --non-interactive --agree-tos --keep-until-expiring "$@" \
  --server "$ACME_DIRECTORY" --webroot --webroot-path /challenges --domain "$SENTIMENT_HOST" \
  --deploy-hook "sh /opt/install.sh"
while sleep 43200; do
  certbot renew
done
