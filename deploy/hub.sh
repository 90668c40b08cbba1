#!/bin/sh
# A command of the hub with the user and the settings of the service: docs/hub.md#linux
#   sudo deploy/hub.sh admin-key
exec systemd-run --quiet --pipe --wait --collect \
  --uid=aliexpress-hub \
  --working-directory=/opt/aliexpress-hub \
  --property=EnvironmentFile=/etc/aliexpress-hub.env \
  --property=UMask=0077 \
  --setenv=HUB_DATA=/var/lib/aliexpress-hub/data \
  --setenv=HUB_KEY_FILE=/var/lib/aliexpress-hub/hub.key \
  --setenv=LANG="$LANG" \
  /opt/aliexpress-hub/node_modules/node/bin/node --disable-warning=ExperimentalWarning hub.ts "$@"
