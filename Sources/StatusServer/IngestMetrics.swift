import RunModel
import WebText

/// The status of an ingest as metrics. Counters never fall while the process lives; rates are Prometheus's to compute.
enum IngestMetrics {
    static func text(of status: IngestStatus) -> String {
        var metrics = MetricsText()
        addProcess(status, to: &metrics)
        addFrames(status.totals, to: &metrics)
        addMemory(status, to: &metrics)
        addRun(status, to: &metrics)
        return metrics.text
    }

    private static func addProcess(_ status: IngestStatus, to metrics: inout MetricsText) {
        metrics.add(
            "faisceau_build_info", .gauge, "Version of the program; always 1.",
            [([("program", status.program), ("version", status.version)], 1)])
        metrics.add(
            "faisceau_ingest_state", .gauge, "1 for the state that the ingest is in, 0 for the others.",
            IngestState.allCases.map { ([("state", $0.rawValue)], $0 == status.state ? 1 : 0) })
        metrics.add(
            "faisceau_ingest_state_change_timestamp_seconds", .gauge, "When the present state began, UNIX time.",
            seconds(status.since))
        metrics.add(
            "faisceau_ingest_start_timestamp_seconds", .gauge, "When the ingest began, UNIX time.", seconds(status.started))
        metrics.add(
            "faisceau_ingest_connected", .gauge, "1 while the connection to the detector is there.", status.isConnected ? 1 : 0)
        metrics.add("faisceau_ingest_writers", .gauge, "Threads that write.", status.writers)
    }

    private static func addFrames(_ totals: IngestStatus.Totals, to metrics: inout MetricsText) {
        metrics.add(
            "faisceau_ingest_frames_received_total", .counter, "Distinct frames whose message arrived, good or not.",
            totals.framesReceived)
        metrics.add(
            "faisceau_ingest_frames_written_total", .counter, "Frames whose pixels are in the files.", totals.framesWritten)
        metrics.add(
            "faisceau_ingest_frames_lost_total", .counter,
            "Frames that are not in the files: detector never came, here was received and dropped, invalid came and cannot be used.",
            [
                ([("reason", "detector")], Double(totals.lostDetector)), ([("reason", "here")], Double(totals.lostHere)),
                ([("reason", "invalid")], Double(totals.invalid)),
            ])
        metrics.add(
            "faisceau_ingest_frames_duplicate_total", .counter, "Messages of a frame that had come already.", totals.duplicate)
        metrics.add(
            "faisceau_ingest_frames_reordered_total", .counter, "Frames that came after one of a higher number.", totals.reordered
        )
        metrics.add("faisceau_ingest_stored_bytes_total", .counter, "Bytes of chunks in the files.", totals.bytesStored)
        metrics.add(
            "faisceau_ingest_messages_refused_total", .counter, "Messages that could not be read.", totals.refusedMessages)
        metrics.add(
            "faisceau_ingest_messages_stray_total", .counter, "Messages that belong to no open series.", totals.strayMessages)
        metrics.add(
            "faisceau_ingest_runs_total", .counter, "Sealed runs by their verdict.",
            Verdict.allCases.map { ([("verdict", $0.rawValue)], Double(totals.runs[$0])) })
        metrics.add(
            "faisceau_ingest_runs_unsealed_total", .counter, "Runs that could not be sealed; faisceau recover may.",
            totals.runsUnsealed)
        metrics.add(
            "faisceau_ingest_series_without_run_total", .counter, "Series, or late frames of one, that no run could be made for.",
            totals.seriesWithoutRun)
        metrics.add(
            "faisceau_ingest_dropped_bytes_total", .counter, "Bytes of images thrown away for want of room.",
            totals.droppedBytes)
        metrics.add(
            "faisceau_ingest_held_back_seconds_total", .counter, "How long receiving stood still because the writer was behind.",
            totals.heldBack_s)
    }

    private static func addMemory(_ status: IngestStatus, to metrics: inout MetricsText) {
        metrics.add(
            "faisceau_ingest_pool_used_bytes", .gauge, "Memory of messages received and not yet stored.", status.pool.usedBytes)
        metrics.add(
            "faisceau_ingest_pool_limit_bytes", .gauge, "Where receiving stops and the detector buffers.", status.pool.limitBytes)
        metrics.add("faisceau_ingest_pool_highest_bytes", .gauge, "The most that was ever used.", status.pool.highestBytes)
        if let spill = status.spill {
            metrics.add("faisceau_ingest_spill_used_bytes", .gauge, "What the spill file holds.", spill.usedBytes)
            metrics.add("faisceau_ingest_spill_limit_bytes", .gauge, "What the spill file can hold.", spill.limitBytes)
        }
        metrics.add(
            "faisceau_ingest_unacknowledged_bytes", .gauge, "Bytes of frames received without a committed ledger record.",
            status.unacknowledgedBytes)
        if let free = status.freeBytes {
            metrics.add("faisceau_ingest_output_free_bytes", .gauge, "Free bytes of the file system that runs are made in.", free)
        }
        if let latency = status.acknowledgement {
            metrics.addHistogram(
                "faisceau_ingest_acknowledgement_seconds", "From the receipt of a frame to its committed ledger record.",
                buckets: latency.buckets.map { ($0.upTo_s, $0.count) }, count: latency.count, sum: latency.sum_s)
        }
    }

    /// No label names a run: each would begin new time series for ever.
    private static func addRun(_ status: IngestStatus, to metrics: inout MetricsText) {
        if let run = status.run {
            metrics.add(
                "faisceau_ingest_run_frames_received", .gauge, "Frames of the open run that arrived.", run.frames.received)
            if let expected = run.frames.expected {
                metrics.add("faisceau_ingest_run_frames_expected", .gauge, "Frames that the detector announced for it.", expected)
            }
            metrics.add(
                "faisceau_ingest_run_frames_missing", .gauge,
                "Frames of the open run that were skipped so far; they may still come.",
                run.missingSoFar)
            metrics.add("faisceau_ingest_run_stored_bytes", .gauge, "Bytes of chunks of the open run.", run.bytesStored)
            if let last = run.lastFrame {
                metrics.add(
                    "faisceau_ingest_run_last_frame_timestamp_seconds", .gauge, "When its last frame came, UNIX time.",
                    seconds(last))
            }
        }
        if let last = status.lastRun {
            metrics.add(
                "faisceau_ingest_last_sealed_timestamp_seconds", .gauge, "When the last run was sealed, UNIX time.",
                seconds(last.sealedAt))
        }
    }

    private static func seconds(_ time: Timestamp) -> Double { Double(time.unixNanoseconds) / 1e9 }
}
