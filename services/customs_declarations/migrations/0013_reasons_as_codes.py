"""Why customs' own system cancelled a declaration is kept as its code everywhere, for each reader's own language."""

from alembic import op

revision = "customs_declarations_0013"
down_revision = "customs_declarations_0012"
S = "customs_declarations"
WORDS, CODE = "Hải quan đã hủy tờ khai trên hệ thống của hải quan", "customs_declarations.cancelled_by_customs"
OF_DECLARATIONS = f"UPDATE {S}.declarations SET cancelled_because = '{CODE}' WHERE cancelled_because = '{WORDS}'"
OF_HISTORY = f"UPDATE {S}.history SET reason = '{CODE}' WHERE reason = '{WORDS}'"


def upgrade() -> None:
    op.execute(OF_DECLARATIONS)
    op.execute(OF_HISTORY)
