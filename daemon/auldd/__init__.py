"""The daemon: configuration, credentials, plugins, the cycle, the loop, systemd and the command line."""
