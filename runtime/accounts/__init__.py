"""People, how they sign in, what they may do, and the organisation they work for."""
