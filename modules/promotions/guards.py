"""What keeps a published version as it was: SQL that the database itself runs, as data."""

_REFUSAL = "a published version never changes"

SQLITE = (
    "CREATE TRIGGER promotion_version_frozen BEFORE UPDATE ON promotion_version "
    f"WHEN old.published_at IS NOT NULL BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
    "CREATE TRIGGER promotion_version_kept BEFORE DELETE ON promotion_version "
    f"WHEN old.published_at IS NOT NULL BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
)

POSTGRESQL = (
    "CREATE FUNCTION refuse_promotion_version_change() RETURNS trigger LANGUAGE plpgsql AS "
    f"'BEGIN RAISE EXCEPTION ''{_REFUSAL}'' USING ERRCODE = ''restrict_violation''; END'",
    "CREATE TRIGGER promotion_version_frozen BEFORE UPDATE OR DELETE ON promotion_version "
    "FOR EACH ROW WHEN (old.published_at IS NOT NULL) "
    "EXECUTE FUNCTION refuse_promotion_version_change()",
)
