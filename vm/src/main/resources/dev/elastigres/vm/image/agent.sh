#!/bin/sh
# Starts the agent with the guest's own search path, which its commands inherit.
. /usr/lib/elastigres/environment
exec /usr/lib/elastigres/guest-agent
