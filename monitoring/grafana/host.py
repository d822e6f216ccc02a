"""The host dashboard: the machine by node_exporter, and the monitoring by Prometheus itself.

In multiprocess mode the service exports no ``process_…`` metrics, so that its CPU time and memory
show only in the figures of the machine.
"""

from grafana_foundation_sdk.models import units
from grafana_foundation_sdk.models.dashboard import ValueMap, ValueMappingResult

from monitoring.grafana.dashboard import dashboard, label_choice
from monitoring.grafana.panels import (
    GREEN,
    RED,
    falling,
    query,
    rising,
    single_stat,
    time_series,
)
from monitoring.grafana.promql import RATE, increase, or_zero, rate

_HOSTS = label_choice("host", "Host", "node_uname_info", "instance")
_HOST = 'instance=~"$host"'
_IDLE = f'node_cpu_seconds_total{{{_HOST}, mode="idle"}}'
_WORKING = f'node_cpu_seconds_total{{{_HOST}, mode!~"idle|iowait"}}'
_TOTAL = f"node_memory_MemTotal_bytes{{{_HOST}}}"
_AVAILABLE = f"node_memory_MemAvailable_bytes{{{_HOST}}}"
_DISKS = f'{_HOST}, fstype!~"tmpfs|ramfs|squashfs|vfat"'
_FREE = f"node_filesystem_avail_bytes{{{_DISKS}}} / node_filesystem_size_bytes{{{_DISKS}}}"
# Without loopback and the interfaces of containers.
_NETWORK = f'{_HOST}, device!~"lo|ifb.*|veth.*|docker.*|br-.*|podman.*|cni.*"'
_DRIVES = f'{_HOST}, device!~"loop.*|ram.*|zram.*|dm-.*|md.*|sr.*"'

_NOW = (
    single_stat(
        "Targets",
        "Whether Prometheus reaches each process that it scrapes.",
        units.NoUnit,
        query("min by (job) (up)", "{{job}}"),
        thresholds=falling(1, 1),
    )
    .span(8)
    .mappings(
        [
            ValueMap(
                {
                    "0": ValueMappingResult("down", RED, index=0),
                    "1": ValueMappingResult("up", GREEN, index=1),
                }
            )
        ]
    ),
    single_stat(
        "CPU",
        "Share of all cores' time that is not idle.",
        units.PercentUnit,
        query(f"1 - avg(rate({_IDLE}[{RATE}]))", "in use"),
        thresholds=rising(0.8, 0.95),
    )
    .max(1)
    .decimals(0),
    single_stat(
        "Memory available",
        "Share of the memory that programs can still use without swapping.",
        units.PercentUnit,
        query(f"min({_AVAILABLE} / {_TOTAL})", "available"),
        thresholds=falling(0.05, 0.15),
    )
    .max(1)
    .decimals(0),
    single_stat(
        "Disk free",
        "Free share of the fullest file system. Feedback can't be kept on a full disk.",
        units.PercentUnit,
        query(f"min({_FREE})", "free"),
        thresholds=falling(0.05, 0.15),
    )
    .max(1)
    .decimals(0),
    single_stat(
        "Killed for memory",
        (
            "Processes that the kernel ended within the time shown, because there was no memory "
            "left."
        ),
        units.Short,
        query(f"sum(increase(node_vmstat_oom_kill{{{_HOST}}}[$__range]))", "killed"),
        thresholds=rising(1, 1),
    ).decimals(0),
)

_MACHINE = (
    time_series(
        "CPU by mode",
        "Time of the cores in use by mode. Steal is the time that the hypervisor gave to others.",
        units.PercentUnit,
        query(
            f"sum by (mode) (rate({_WORKING}[{RATE}])) / on () group_left count({_IDLE})",
            "{{mode}}",
        ),
        stacked=True,
    ).max(1),
    time_series(
        "Load for each core",
        "Processes that run or wait, per core. Above 1, some of them wait.",
        units.Short,
        *(
            query(
                f"sum by (instance) (node_load{minutes}{{{_HOST}}}) "
                f"/ on (instance) count by (instance) ({_IDLE})",
                f"{minutes} min",
            )
            for minutes in (1, 5, 15)
        ),
        thresholds=rising(1, 2),
    ).decimals(2),
    time_series(
        "Memory",
        "Memory in use, which is no longer available to programs, and total memory.",
        units.BytesIEC,
        query(f"sum({_TOTAL}) - sum({_AVAILABLE})", "in use"),
        query(f"sum({_TOTAL})", "in all"),
    ),
    time_series(
        "Disk free by file system",
        "Free share of each file system.",
        units.PercentUnit,
        query(f"min by (mountpoint) ({_FREE})", "{{mountpoint}}"),
        thresholds=falling(0.05, 0.15),
    ).max(1),
    time_series(
        "Disk traffic",
        "Bytes read and written per second, by all drives.",
        units.BytesPerSecondSI,
        query(rate(f"node_disk_read_bytes_total{{{_DRIVES}}}"), "read"),
        query(rate(f"node_disk_written_bytes_total{{{_DRIVES}}}"), "written"),
    ),
    time_series(
        "Network traffic",
        (
            "Bytes received and sent per second, without loopback and the inner networks of "
            "containers."
        ),
        units.BytesPerSecondSI,
        query(rate(f"node_network_receive_bytes_total{{{_NETWORK}}}"), "received"),
        query(rate(f"node_network_transmit_bytes_total{{{_NETWORK}}}"), "sent"),
    ),
)

_MONITORING = (
    time_series(
        "Scrape seconds",
        "Seconds that Prometheus takes to scrape each job.",
        units.Seconds,
        query("max by (job) (scrape_duration_seconds)", "{{job}}"),
        thresholds=rising(1, 5),
    ),
    time_series(
        "Samples of a scrape",
        (
            "Series that each job exports. The service's labels are bounded, so that its number "
            "stays level whatever clients send."
        ),
        units.Short,
        query("sum by (job) (scrape_samples_post_metric_relabeling)", "{{job}}"),
    ).decimals(0),
    time_series(
        "Memory of the monitoring",
        (
            "Resident memory of the processes that export it: Prometheus, node_exporter, "
            "Alertmanager. The service exports none, because several processes share one "
            "/metrics."
        ),
        units.BytesIEC,
        query("sum by (job) (process_resident_memory_bytes)", "{{job}}"),
    ),
    time_series(
        "Series kept",
        "Series in Prometheus's memory.",
        units.Short,
        query("sum(prometheus_tsdb_head_series)", "series"),
    ),
    time_series(
        "Prometheus on disk",
        "Bytes of Prometheus's blocks. The first block is written after two hours.",
        units.BytesIEC,
        query("sum(prometheus_tsdb_storage_blocks_bytes)", "blocks"),
    ),
    time_series(
        "Failed notifications",
        (
            "Rules that could not be evaluated and notifications that did not reach "
            "Alertmanager, within 5 minutes."
        ),
        units.Short,
        query(or_zero(increase("prometheus_rule_evaluation_failures_total", "5m")), "rules"),
        query(
            or_zero(increase("prometheus_notifications_dropped_total", "5m")),
            "notifications",
        ),
        thresholds=rising(1, 1),
    ).decimals(0),
)

DASHBOARD = dashboard(
    "host",
    "Sentiment: host",
    "The machine of the service, and the monitoring itself.",
    rows={"Now": _NOW, "Machine": _MACHINE, "Monitoring itself": _MONITORING},
    variable=_HOSTS,
)
