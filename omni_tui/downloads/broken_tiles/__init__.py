"""Which tile fails a dashboard's export: its tiles are exported one by one."""
