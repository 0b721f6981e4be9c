"""The pages of a member's own: the account, its notices, and whom they keep away."""
