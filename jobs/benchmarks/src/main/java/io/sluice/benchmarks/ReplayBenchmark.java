package io.sluice.benchmarks;

/** What the capture is made of. */
enum ReplayBenchmark {
    SINK("replay-sink", 1, 1_000_000, "the whole replay job, writes of one document each, into a sink"),
    BULK("replay-bulk", 500, 2_000_000, "the whole replay job, captured bulks of many documents, into a sink");

    private final String command;
    private final int documentsPerRequest;
    private final long documents;
    private final String description;

    ReplayBenchmark(String command, int documentsPerRequest, long documents, String description) {
        this.command = command;
        this.documentsPerRequest = documentsPerRequest;
        this.documents = documents;
        this.description = description;
    }

    /** As the user types it. */
    String command() {
        return command;
    }

    /** Of one captured request; 1 for one that is no bulk. */
    int documentsPerRequest() {
        return documentsPerRequest;
    }

    /** Of the whole capture, unless the user says otherwise. */
    long documents() {
        return documents;
    }

    /** One line. */
    String description() {
        return description;
    }
}
