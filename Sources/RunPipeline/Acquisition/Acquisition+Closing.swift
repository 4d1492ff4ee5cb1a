import DetectorWire
import FrameIngest
import Logging
import RunModel

/// What follows from the rules: runs are closed and handed to the sealing thread, and frames of closed series find their siblings.
extension Acquisition {
    func perform(_ steps: [SeriesRules.Step]) {
        for step in steps {
            switch step {
            // The start message is needed for it: `takeStart` opens.
            case .open: break
            case .close(let key, let ending): close(key, ending)
            case .stalled(_, let seconds): if let recorder = current?.recorder { sayStalled(recorder, seconds) }
            }
        }
    }

    func obey(_ ending: RunSummary.Ending) {
        guard current != nil || rules.hasOpenSiblings else {
            logger.notice("asked to end a series, and there is none")
            return
        }
        logger.warning(
            "the series is ended on request; frames of it that still come are not recorded",
            metadata: ["run": "\(current?.recorder.folder.path ?? "")", "ending": "\(ending.rawValue)"])
        if ending == .aborted { abandon() }
        perform(rules.stop(ending))
    }

    /// An abort was ordered: what was received before it is counted, not written. The order itself comes behind it. Runs that were open at
    /// that instant know already (`IngestSwitchboard.abort`); this is for those that began since, with messages that had been received.
    func abandon() {
        current?.recorder.abort.order()
        for recorder in late.values { recorder.abort.order() }
    }

    private func close(_ key: SeriesRules.Key, _ ending: RunSummary.Ending) {
        let isSibling = late[key] != nil
        guard let recorder = late.removeValue(forKey: key) ?? (current?.key == key ? current?.recorder : nil) else { return }
        if !isSibling {
            current = nil
            closedRuns.remember(
                key, ClosedRuns.Entry(plan: recorder.plan, header: recorder.header, folder: recorder.folder)
            ) { rules.remembers($0) }
            switchboard.say(.stall, nil)
            if only?.key == key { only?.closed_s = now_s() }
        }
        if ending == .silence {
            logger.error("no end message; the series is closed after silence", metadata: ["run": "\(recorder.folder.path)"])
        }
        if ending == .nextStart {
            logger.warning(
                "a new series began before the end message of the one being recorded",
                metadata: ["run": "\(recorder.folder.path)"])
        }
        // What is ordered from now on is not for this run.
        switchboard.closes(recorder.abort)
        recorder.simplon?.seriesEnded()
        tally.close(recorder, isSibling: isSibling)
        progress(AcquisitionProgress(recorder, .sealing))
        sayWriteFailure(recorder)
        let isOnly = endsAfterOne && !isSibling
        if isOnly { outcomes.expect(recorder.folder.path, for: key) }
        let ending: RunSummary.Ending =
            if recorder.writeFailure != nil { .writingFailed } else if recorder.abort.isOrdered { .aborted } else { ending }
        sealing.add(
            SealingQueue.Work(
                recorder: recorder, ending: ending, armedRuns: switchboard.armedRuns, writesManifest: !isOnly))
        publish()
    }

    /// What the receiver says of the stream, for the run that it is about.
    func takeNotice(_ notice: IngestNotice) {
        let recorder = current?.recorder
        logger.warning("\(notice)", metadata: recorder.map { ["run": "\($0.folder.path)"] })
        if case .dropped(let dropped) = notice, recorder?.tracker.seriesID != dropped.series {
            late.values.first { $0.tracker.seriesID == dropped.series }?.take(notice)
        } else {
            recorder?.take(notice)
        }
        switch notice {
        case .sharedStream: switchboard.say(.sharedStream, "\(notice)")
        case .connectionLost, .connectionRefused: sayConnected(false, "\(notice)")
        case .connectionRegained: sayConnected(true, nil)
        case .dropped, .poolFull, .poolRelieved, .spillFailed: break
        }
    }

    /// A frame that is not of the current series.
    func takeForeign(_ image: ImageMessage, in slot: MessageSlot, at now: Double) {
        switch rules.image(SeriesIdentity(image, in: slot), at: now) {
        case .current, .resumed: break
        case .late(let key): late[key]?.accept(image, in: slot, at: now)
        case .opensLate(let key, let owner):
            guard let recorder = openSibling(of: owner, image) else { return rules.runFailed(key) }
            late[key] = recorder
            recorder.accept(image, in: slot, at: now)
        case .refused(let refusal):
            tally.strayMessages += 1
            current?.recorder.countStray()
            guard tally.saysStray(of: image.seriesID) else { return }
            let hint = refusal == .noStart ? ": was ingest started before arming?" : ""
            logger.warning(
                "frames not recorded, as \(refusal.rawValue)\(hint)",
                metadata: ["series": "\(image.seriesID)", "frame": "\(image.frame)"])
        }
    }

    private func openSibling(of owner: SeriesRules.Key, _ image: ImageMessage) -> RunRecorder? {
        guard let entry = closedRuns[owner] else { return nil }
        logger.warning(
            "frames of a series that was closed go to a sibling run",
            metadata: ["run": "\(entry.folder.path)", "frame": "\(image.frame)"])
        do {
            let recorder = try RunOpening(plan: entry.plan, logger: logger).openSibling(of: entry.folder, entry.header)
            sayArmed(recorder)
            return recorder
        } catch {
            sayNoRun(entry.header.start, error, .noLateRun)
            return nil
        }
    }
}
