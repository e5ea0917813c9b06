"""SMS carriers: one file for each, all keep `plugin.ports.Carrier`."""
