"""Identity: who citizens, businesses and officials are, and the tokens that say so."""
