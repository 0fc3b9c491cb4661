"""The same join in DuckDB, on one thread: slots of March, their days, and the money.

    joined.py DIR SIZE...    reads DIR/SIZE/assets.csv and told.json, prints both times, their ratio and both totals
"""

import json
import sys
import time

import duckdb

LINES = """
create table lines as select * from (values
  ('laptop', 'annex', 12.00, 40), ('desktop', 'auto', 9.50, 25), ('server', 'unlimited', 45.17, 1000000))
  as t(category, admission, price, count)
"""
QUERY = """
with claimed as (
  select client, category, price, admission, count, first, last,
    row_number() over (partition by client, category order by first, asset) as place
  from assets join lines using (category)
), slots as (
  select client, category, price,
    greatest(first, date '2026-03-01') as start, least(coalesce(last, date '2026-03-31'), date '2026-03-31') as stop
  from claimed where admission <> 'auto' or place <= count
), counted as (
  select client, category, price, sum(date_diff('day', start, stop) + 1) as days
  from slots where start <= stop group by all
)
select sum(round(days * price / 31, 2)) * 100 from counted
"""


def main():
    for size in sys.argv[2:]:
        folder = f"{sys.argv[1]}/{size}"
        told = json.load(open(f"{folder}/told.json"))
        connection = duckdb.connect()
        connection.execute("set threads = 1")
        connection.execute(LINES)
        connection.execute(f"create table assets as select * from read_csv('{folder}/assets.csv', header = true, "
                           "types = {'first': 'DATE', 'last': 'DATE'})")
        started = time.monotonic()
        cents = int(connection.execute(QUERY).fetchone()[0])
        spent = time.monotonic() - started
        print(f"{size:>9} assets: DuckDB {spent:.3f} s, here {told['seconds']:.3f} s, ratio {told['seconds'] / spent:.1f}; "
              f"totals {cents} and {told['cents']} cents{'' if cents == told['cents'] else ' DIFFER'}")


main()
