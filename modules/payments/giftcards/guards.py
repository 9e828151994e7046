"""What keeps the ledger of gift cards append-only: SQL that the database itself runs, as data."""

SQLITE = (
    "CREATE TRIGGER gift_card_entry_no_update BEFORE UPDATE ON gift_card_entry "
    "BEGIN SELECT RAISE(ABORT, 'gift_card_entry is append-only'); END",
    "CREATE TRIGGER gift_card_entry_no_delete BEFORE DELETE ON gift_card_entry "
    "BEGIN SELECT RAISE(ABORT, 'gift_card_entry is append-only'); END",
)

POSTGRESQL = (
    "CREATE FUNCTION refuse_gift_card_entry_change() RETURNS trigger LANGUAGE plpgsql AS "
    "'BEGIN RAISE EXCEPTION ''gift_card_entry is append-only''; END'",
    "CREATE TRIGGER gift_card_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
    "ON gift_card_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_gift_card_entry_change()",
)
