"""The figures computed a second time: numpy on raw columns read with psycopg2, no code of the product."""
