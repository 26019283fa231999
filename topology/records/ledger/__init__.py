"""The ledger: what is done on a region and by whom, shared by everybody who acts on it. It knows no link."""
