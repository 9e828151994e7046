"""What keeps the history of prices as it was: SQL that the database itself runs, as data."""

_REFUSAL = "a price that was presented never changes"
_FROZEN = (
    "id, variant_id, place, ref_kind, ref_id, price_list_id, currency, price_minor, prior_minor, "
    "valid_from"
)

SQLITE = (
    f"CREATE TRIGGER price_period_frozen BEFORE UPDATE OF {_FROZEN} ON price_period "
    f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
    "CREATE TRIGGER price_period_closed BEFORE UPDATE OF valid_to ON price_period "
    f"WHEN old.valid_to IS NOT NULL BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
    "CREATE TRIGGER price_period_kept BEFORE DELETE ON price_period "
    f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
)

POSTGRESQL = (
    "CREATE FUNCTION refuse_price_period_change() RETURNS trigger LANGUAGE plpgsql AS "
    f"'BEGIN RAISE EXCEPTION ''{_REFUSAL}'' USING ERRCODE = ''restrict_violation''; END'",
    f"CREATE TRIGGER price_period_frozen BEFORE UPDATE OF {_FROZEN} ON price_period "
    "FOR EACH ROW EXECUTE FUNCTION refuse_price_period_change()",
    "CREATE TRIGGER price_period_closed BEFORE UPDATE OF valid_to ON price_period "
    "FOR EACH ROW WHEN (old.valid_to IS NOT NULL) EXECUTE FUNCTION refuse_price_period_change()",
    "CREATE TRIGGER price_period_kept BEFORE DELETE OR TRUNCATE ON price_period "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_price_period_change()",
)
