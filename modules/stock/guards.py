"""What keeps the stock ledger append-only: SQL that the database itself runs, as data."""

NAME = "stock_movement"

SQLITE = (
    "CREATE TRIGGER stock_movement_no_update BEFORE UPDATE ON stock_movement "
    "BEGIN SELECT RAISE(ABORT, 'stock_movement is append-only'); END",
    "CREATE TRIGGER stock_movement_no_delete BEFORE DELETE ON stock_movement "
    "BEGIN SELECT RAISE(ABORT, 'stock_movement is append-only'); END",
)

POSTGRESQL = (
    "CREATE FUNCTION refuse_stock_movement_change() RETURNS trigger LANGUAGE plpgsql AS "
    "'BEGIN RAISE EXCEPTION ''stock_movement is append-only''; END'",
    "CREATE TRIGGER stock_movement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
    "ON stock_movement FOR EACH STATEMENT EXECUTE FUNCTION refuse_stock_movement_change()",
)
