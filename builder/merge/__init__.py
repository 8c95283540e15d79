"""Two designers at one form: what each did since both had the same body is put together, and what cannot be is named."""
