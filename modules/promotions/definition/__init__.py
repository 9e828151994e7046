"""What a promotion says, as JSON that is kept, sent and shown; read back word for word."""

from modules.promotions.definition.reading import read_promotion
from modules.promotions.definition.schema import schema_of_promotion
from modules.promotions.definition.writing import write_promotion

__all__ = ["read_promotion", "schema_of_promotion", "write_promotion"]
