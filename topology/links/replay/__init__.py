"""The link `replay:`: an incident behind the protocol. It knows no live region."""
