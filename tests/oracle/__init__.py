"""Independent witnesses: what the answers of actcli are held against, by code of their own."""
