"""The host dashboard: the machine by node_exporter, and the monitoring by Prometheus itself.

In multiprocess mode the service exports no ``process_…`` metrics: its use of CPU and memory shows
in the machine's.
"""

from monitoring.grafana.dashboard import HOST, Dashboard, Row
from monitoring.grafana.panel import GREEN, RED, Query, Stat, TimeSeries, falling, rising
from monitoring.grafana.promql import RATE, increase, or_zero, rate

_HOST = 'instance=~"$host"'
_IDLE = f'node_cpu_seconds_total{{{_HOST}, mode="idle"}}'
_WORKING = f'node_cpu_seconds_total{{{_HOST}, mode!~"idle|iowait"}}'
_TOTAL = f"node_memory_MemTotal_bytes{{{_HOST}}}"
_AVAILABLE = f"node_memory_MemAvailable_bytes{{{_HOST}}}"
_DISKS = f'{_HOST}, fstype!~"tmpfs|ramfs|squashfs|vfat"'
_FREE = f"node_filesystem_avail_bytes{{{_DISKS}}} / node_filesystem_size_bytes{{{_DISKS}}}"
# Without loopback and what containers add.
_NETWORK = f'{_HOST}, device!~"lo|ifb.*|veth.*|docker.*|br-.*|podman.*|cni.*"'
_DRIVES = f'{_HOST}, device!~"loop.*|ram.*|zram.*|dm-.*|md.*|sr.*"'

_NOW = Row(
    "Now",
    (
        Stat(
            title="Targets",
            description="Whether Prometheus reaches each process that it scrapes.",
            unit="none",
            queries=(Query("min by (job) (up)", "{{job}}"),),
            thresholds=falling(1, 1),
            words={"0": ("down", RED), "1": ("up", GREEN)},
            width=8,
        ),
        Stat(
            title="CPU",
            description="Share of all cores' time that is not idle.",
            unit="percentunit",
            queries=(Query(f"1 - avg(rate({_IDLE}[{RATE}]))", "in use"),),
            thresholds=rising(0.8, 0.95),
            maximum=1,
            decimals=0,
        ),
        Stat(
            title="Memory available",
            description="Share of the memory that programs can still have without swapping.",
            unit="percentunit",
            queries=(Query(f"min({_AVAILABLE} / {_TOTAL})", "available"),),
            thresholds=falling(0.05, 0.15),
            maximum=1,
            decimals=0,
        ),
        Stat(
            title="Disk free",
            description="Free share of the fullest file system. Feedback can't be kept on a full "
            "disk.",
            unit="percentunit",
            queries=(Query(f"min({_FREE})", "free"),),
            thresholds=falling(0.05, 0.15),
            maximum=1,
            decimals=0,
        ),
        Stat(
            title="Killed for memory",
            description="Processes that the kernel ended within the time shown, because there was "
            "no memory left.",
            unit="short",
            queries=(Query(f"sum(increase(node_vmstat_oom_kill{{{_HOST}}}[$__range]))", "killed"),),
            thresholds=rising(1, 1),
            decimals=0,
        ),
    ),
)

_MACHINE = Row(
    "Machine",
    (
        TimeSeries(
            title="CPU by mode",
            description="Cores' time in use by mode; steal is what the hypervisor gave to others.",
            unit="percentunit",
            queries=(
                Query(
                    f"sum by (mode) (rate({_WORKING}[{RATE}])) / on () group_left count({_IDLE})",
                    "{{mode}}",
                ),
            ),
            stacked=True,
            maximum=1,
        ),
        TimeSeries(
            title="Load for each core",
            description="Processes that run or want to, for each core: above 1 they wait.",
            unit="short",
            queries=tuple(
                Query(
                    f"sum by (instance) (node_load{minutes}{{{_HOST}}}) "
                    f"/ on (instance) count by (instance) ({_IDLE})",
                    f"{minutes} min",
                )
                for minutes in (1, 5, 15)
            ),
            thresholds=rising(1, 2),
            decimals=2,
        ),
        TimeSeries(
            title="Memory",
            description="Memory in use (all that programs can't have any more) and in all.",
            unit="bytes",
            queries=(
                Query(f"sum({_TOTAL}) - sum({_AVAILABLE})", "in use"),
                Query(f"sum({_TOTAL})", "in all"),
            ),
        ),
        TimeSeries(
            title="Disk free by file system",
            description="Free share of each file system.",
            unit="percentunit",
            queries=(Query(f"min by (mountpoint) ({_FREE})", "{{mountpoint}}"),),
            thresholds=falling(0.05, 0.15),
            maximum=1,
        ),
        TimeSeries(
            title="Disk traffic",
            description="Bytes read and written per second, by all drives.",
            unit="Bps",
            queries=(
                Query(rate(f"node_disk_read_bytes_total{{{_DRIVES}}}"), "read"),
                Query(rate(f"node_disk_written_bytes_total{{{_DRIVES}}}"), "written"),
            ),
        ),
        TimeSeries(
            title="Network traffic",
            description="Bytes received and sent per second, without loopback and the inner "
            "networks of containers.",
            unit="Bps",
            queries=(
                Query(rate(f"node_network_receive_bytes_total{{{_NETWORK}}}"), "received"),
                Query(rate(f"node_network_transmit_bytes_total{{{_NETWORK}}}"), "sent"),
            ),
        ),
    ),
)

_MONITORING = Row(
    "Monitoring itself",
    (
        TimeSeries(
            title="Scrape seconds",
            description="Seconds that Prometheus takes to scrape each job.",
            unit="s",
            queries=(Query("max by (job) (scrape_duration_seconds)", "{{job}}"),),
            thresholds=rising(1, 5),
        ),
        TimeSeries(
            title="Samples of a scrape",
            description="Series that each job exports. The service's labels are bounded: this "
            "stays level, whatever clients send.",
            unit="short",
            queries=(Query("sum by (job) (scrape_samples_post_metric_relabeling)", "{{job}}"),),
            decimals=0,
        ),
        TimeSeries(
            title="Memory of the monitoring",
            description="Resident memory of the processes that export it: Prometheus, "
            "node_exporter, Alertmanager. The service does not (several processes, one /metrics).",
            unit="bytes",
            queries=(Query("sum by (job) (process_resident_memory_bytes)", "{{job}}"),),
        ),
        TimeSeries(
            title="Series kept",
            description="Series in Prometheus's memory.",
            unit="short",
            queries=(Query("sum(prometheus_tsdb_head_series)", "series"),),
        ),
        TimeSeries(
            title="Prometheus on disk",
            description="Bytes of Prometheus's blocks; the first one is written after two hours.",
            unit="bytes",
            queries=(Query("sum(prometheus_tsdb_storage_blocks_bytes)", "blocks"),),
        ),
        TimeSeries(
            title="Alarms that fail",
            description="Rules that could not be evaluated and notifications that did not reach "
            "Alertmanager, within 5 minutes.",
            unit="short",
            queries=(
                Query(
                    or_zero(increase("prometheus_rule_evaluation_failures_total", "5m")), "rules"
                ),
                Query(
                    or_zero(increase("prometheus_notifications_dropped_total", "5m")),
                    "notifications",
                ),
            ),
            thresholds=rising(1, 1),
            decimals=0,
        ),
    ),
)

DASHBOARD = Dashboard(
    name="host",
    title="Sentiment: host",
    description="The machine under the service, and the monitoring that watches it.",
    rows=(_NOW, _MACHINE, _MONITORING),
    variables=(HOST,),
)
