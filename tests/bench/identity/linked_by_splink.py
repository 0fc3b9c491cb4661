"""The same rows linked by Splink on DuckDB, clustered at two thresholds.

    linked_by_splink.py OUT    reads OUT/rows.csv and OUT/truth.csv, writes OUT/splink-0.4.csv and OUT/splink-0.95.csv (unique_id, group)

Its input is cleaned as Cadastre cleans it (case, separators, placeholder serials), so that only the linking differs. Its weights are taken
from the truth itself, the best that training could give it.
"""

import csv
import sys
import time
from pathlib import Path

import duckdb
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink import DuckDBAPI

CLEAN = """
create table cleaned as select
  unique_id,
  case when upper(serial) in ('TO BE FILLED BY O.E.M.', 'DEFAULT STRING', 'SYSTEM SERIAL NUMBER', 'NONE', '0123456789')
       then null else nullif(regexp_replace(upper(serial), '[^A-Z0-9]', '', 'g'), '') end as serial,
  case when upper(maker) in ('HP', 'HEWLETT-PACKARD') then 'HP' when upper(maker) like 'DELL%' then 'DELL'
       when upper(maker) like 'ASUS%' then 'ASUS' else upper(maker) end as maker,
  lower(uuid) as uuid, replace(lower(mac), '-', ':') as mac, replace(lower(mac2), '-', ':') as mac2,
  disk, machine_id, entra, lower(hostname) as hostname, device
from read_csv('{out}/rows.csv', all_varchar = true, header = true) as rows
join read_csv('{out}/truth.csv', all_varchar = true, header = true) as truth using (unique_id)
"""


def main():
    out = Path(sys.argv[1])
    started = time.monotonic()
    connection = duckdb.connect()
    connection.execute(CLEAN.format(out=out))
    api = DuckDBAPI(connection)
    exact = ["uuid", "mac", "mac2", "disk", "machine_id", "entra"]
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[cl.LevenshteinAtThresholds("serial", 1), cl.ExactMatch("hostname"), cl.ExactMatch("maker")]
        + [cl.ExactMatch(column) for column in exact],
        blocking_rules_to_generate_predictions=[block_on(column) for column in ["serial", "hostname"] + exact],
        retain_matching_columns=False,
    )
    linker = Linker(api.register("cleaned"), settings, log_level=None)
    training = linker.training
    training.estimate_probability_two_random_records_match([block_on("uuid"), block_on("serial", "maker")], recall=0.6)
    training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    training.estimate_m_from_label_column("device")
    predicted = linker.inference.predict(threshold_match_probability=0.4)
    trained = time.monotonic()
    for threshold in (0.4, 0.95):
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, threshold)
        with open(out / f"splink-{threshold}.csv", "w") as file:
            writer = csv.writer(file)
            writer.writerow(["unique_id", "group"])
            writer.writerows(connection.execute(f"select unique_id, cluster_id from {clusters.physical_name}").fetchall())
    print(f"  {time.monotonic() - started:.1f} s in all, {trained - started:.1f} s to its predictions")


main()
