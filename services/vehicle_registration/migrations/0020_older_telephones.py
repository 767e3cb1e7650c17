"""Who gave his telephone at the barrier before such were forgotten is forgotten after as many days, at the latest.

He was registered just before his crossing was filed, by an operator, for the truck's carrier or for nobody's; since
then nobody has corrected who he is, nor handed in a paper of his.
"""

from alembic import op

revision = "vehicle_registration_0020"
down_revision = "vehicle_registration_0019"
S = "vehicle_registration"
NOBODYS = "00000000-0000-4000-8000-000000000001"
MARK = f"""
UPDATE {S}.drivers AS driver SET only_for = crossing.id
FROM {S}.crossings AS crossing JOIN {S}.registrations AS filed ON filed.id = crossing.registration_id
WHERE crossing.driver_id = driver.id AND driver.only_for IS NULL AND driver.version = 1
AND filed.agent IS NULL AND filed.trader = filed.carrier AND filed.carrier = driver.carrier
AND (filed.carrier = '{NOBODYS}' OR filed.filed_by <> filed.carrier)
AND driver.registered_at BETWEEN filed.filed_at - interval '1 minute' AND filed.filed_at + interval '1 minute'
AND NOT EXISTS (SELECT FROM {S}.papers AS paper WHERE paper.holder = driver.id)
"""
START = f"""
INSERT INTO {S}.timers (kind, key, due)
SELECT 'vehicle_registration.forget_telephone', '{{"driver_id":"' || driver.id || '"}}',
driver.registered_at + CASE WHEN crossing.stage IN ('CANCELLED', 'EXPIRED', 'OVER') THEN interval '0'
ELSE interval '30 days' END
FROM {S}.drivers AS driver JOIN {S}.crossings AS crossing ON crossing.id = driver.only_for
ON CONFLICT (kind, key) DO NOTHING
"""


def upgrade() -> None:
    op.execute(MARK)
    op.execute(START)
