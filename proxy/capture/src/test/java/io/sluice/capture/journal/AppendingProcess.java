package io.sluice.capture.journal;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;

/** A process that appends from several threads for as long as it lives, and says of each append when it returned. */
final class AppendingProcess {

    static final long BOUND = 64 << 20;
    static final int RECORD = 64 << 10;

    private AppendingProcess() {}

    /** Takes the folder and the number of threads. Prints "thread number" for each append that returned. */
    public static void main(String[] arguments) throws IOException {
        Journal journal = Journal.open(Path.of(arguments[0]), BOUND, RECORD, InstantSource.system());
        PrintStream out = System.out;
        for (int thread = 0; thread < Integer.parseInt(arguments[1]); thread++) {
            int number = thread;
            new Thread(() -> append(journal, number, out)).start();
        }
    }

    private static void append(Journal journal, int thread, PrintStream out) {
        for (int number = 0; ; number++) {
            byte[] record = ByteBuffer.allocate(8 + number * 37 % 3_000)
                    .putInt(thread)
                    .putInt(number)
                    .array();
            if (journal.append(thread, new Bytes(new byte[0], record), Room.ORDINARY) == Journal.NO_ROOM) {
                return;
            }
            out.print(thread + " " + number + "\n");
        }
    }
}
