package io.sluice.replay;

import io.sluice.capture.Recorder;
import io.sluice.testkit.KafkaProcess;
import java.net.URI;
import java.nio.file.Path;

/** A topic with a recorder, between clients of a source and a replay. */
final class CaptureBed {

    private final CaptureKafka capture;
    private final Recorder recorder;

    private CaptureBed(CaptureKafka capture, Recorder recorder) {
        this.capture = capture;
        this.recorder = recorder;
    }

    /** Makes a topic of its own. */
    static CaptureBed on(KafkaProcess kafka, Path folder) throws Exception {
        CaptureKafka capture = CaptureKafka.on(kafka, folder);
        return new CaptureBed(capture, capture.recorder());
    }

    /** The folder of the replay's state. */
    Path state() {
        return capture.state();
    }

    CapturedClient client(URI source, int number) {
        return new CapturedClient(recorder, source, number);
    }

    /** A replay of what was recorded. */
    RunningReplay replay(Rewriting.Maker rewriting, URI source, URI target) throws Exception {
        return RunningReplay.start(capture.spec(rewriting, source, target, 1), state(), 2);
    }

    void end() throws Exception {
        recorder.close();
    }
}
