package io.sluice.capture;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;

/** A process that records for as long as it lives, and says of each write when its client had the answer. */
final class RecordingProcess {

    static final int PARTITIONS = 4;

    private RecordingProcess() {}

    static RecorderSettings settings(Capture capture, Path journal) {
        return RecorderSettings.of(capture.topic(), PARTITIONS, capture.kafka(), journal)
                .journalBytes(64 << 20)
                .recordBytes(64 << 10)
                .ackTimeout(Duration.ofMillis(500))
                .build();
    }

    /** Takes brokers, topic, the journal's folder, and the clients' name. Prints the body of each acknowledged write. */
    public static void main(String[] arguments) throws Exception {
        PrintStream out = System.out;
        Capture capture = Capture.existing(arguments[0], arguments[1]);
        KafkaRecorder recorder = KafkaRecorder.open(settings(capture, Path.of(arguments[2])));
        new Traffic(recorder, body -> out.print("acknowledged " + body + "\n")).start(8, arguments[3]);
        Thread.currentThread().join(); // until it is killed
    }
}
