"""What the pages and the JSON API ask the database: bounded questions only, whatever lies in
it. Nobody counts files here: machines report their counts."""
