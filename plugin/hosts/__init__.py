"""Host platforms: one file for each kind, all keep `plugin.ports.Host`."""
