"""The ground: signing in, money, the REST base, the gate and the database."""
