"""A night of Nightjar as an Airflow DAG: wait for the input, validate, one task per stage, then gate, swap and report.

Every task runs the same command line, `run --until STAGE` or `resume --until STAGE`, so a task that is tried again continues where its run was
cut off; the last one, `resume`, ends with the swap of the pointer. Tried again after the swap, it does what was left to do (exit code 6: the
export to a database), or finds that all is done, and succeeds. The logical date is the cutoff, so that a back-fill of an old night
uses what was known then. Exit code 2 (input) and 4 (the gate) fail a task for good: trying again would change nothing.

Airflow Variables (or AIRFLOW_VAR_… in the environment):

  nightjar_home     folder with scripts/nightjar; or, where spark-submit is to be used, see nightjar_submit
  nightjar_conf     the configuration
  nightjar_output   the output folder of a logical date, such as /data/nightjar; {{ ds }} may stand in it
  nightjar_input    a file that says that the day's input is there, such as /data/in/{{ ds }}/_SUCCESS
  nightjar_submit   optional: the arguments before `run`, such as
                    spark-submit --master yarn --deploy-mode client /opt/nightjar/nightjar.jar
  nightjar_hours    optional: how long the night may take before Airflow reports a missed SLA; default 4
  nightjar_pause    optional: minutes before a task is tried again; default 5

Airflow 2 (SLAs are gone from Airflow 3).
"""

from __future__ import annotations

import datetime
import os
import shlex
import subprocess

import pendulum
from airflow import DAG
from airflow.exceptions import AirflowFailException
from airflow.models import Variable
from airflow.operators.python import PythonOperator
from airflow.sensors.filesystem import FileSensor

STAGES = ["ingest", "clean", "features", "models", "rank", "evaluate"]
FINAL = {1: "the command line is wrong", 2: "input or configuration cannot be used", 4: "the quality gate refused the release"}


def environment() -> dict[str, str]:
    """The environment with a UTF-8 locale: the JVM takes arguments and names of files in its encoding, and a scheduler often has none."""
    given = dict(os.environ)
    locale = given.get("LC_ALL") or given.get("LC_CTYPE") or given.get("LANG") or ""
    return given if "utf" in locale.lower() else {**given, "LC_ALL": "C.UTF-8"}


def nightjar(arguments: list[str], cutoff: str, output: str) -> None:
    """Runs one command; what trying again cannot repair fails at once."""
    submit = Variable.get("nightjar_submit", default_var="")
    command = shlex.split(submit) or [Variable.get("nightjar_home") + "/scripts/nightjar"]
    command += [*arguments, "--conf", Variable.get("nightjar_conf"), "--as-of", cutoff, "--set", "output.path=" + output]
    status = subprocess.run(command, check=False, env=environment()).returncode
    if status in FINAL:
        raise AirflowFailException(f"{FINAL[status]} (exit code {status}); see the log above")
    if status != 0:
        raise RuntimeError(f"exit code {status}")


with DAG(
    dag_id="nightjar",
    description="Recommendations of the night",
    schedule="0 2 * * *",
    start_date=pendulum.datetime(2025, 1, 1, tz="UTC"),
    catchup=False,
    max_active_runs=1,  # one night after the other: they share an output, and each is compared with the last
    default_args={
        "retries": 2,
        "retry_delay": datetime.timedelta(minutes=float(Variable.get("nightjar_pause", default_var="5"))),
        "sla": datetime.timedelta(hours=float(Variable.get("nightjar_hours", default_var="4"))),
    },
) as dag:
    parameters = {"cutoff": "{{ data_interval_end.strftime('%Y-%m-%dT%H:%M:%SZ') }}", "output": Variable.get("nightjar_output", default_var="")}

    def task(name: str, *arguments: str) -> PythonOperator:
        return PythonOperator(
            task_id=name, python_callable=nightjar, op_kwargs={"arguments": list(arguments), **parameters}
        )

    previous = FileSensor(
        task_id="input",
        filepath=Variable.get("nightjar_input", default_var=""),
        mode="reschedule",
        poke_interval=300,
        timeout=6 * 3600,
    )
    chain = [task("validate", "validate")]
    for number, stage in enumerate(STAGES):
        chain.append(task(stage, "run" if number == 0 else "resume", "--until", stage))
    chain.append(task("publish", "resume"))
    for step in chain:
        previous >> step
        previous = step
