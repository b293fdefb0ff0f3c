package io.sluice.state;

/** Where the files lie through which commands and a running job speak, below the migration's state folder. */
public final class JobFiles {

    /** The job that does at the target what was captured. */
    public static final String REPLAY = "replay";

    /** The job that carries the snapshot's documents. */
    public static final String BACKFILL = "backfill";

    private JobFiles() {}

    /** Orders to a job. */
    public static String control(String job) {
        return "control/" + job + ".json";
    }

    /** What a job says of itself. */
    public static String status(String job) {
        return "status/" + job + ".json";
    }

    /**
     * Says that an index of the snapshot was deleted at the source, and is carried no more.
     *
     * @param uuid of the source's index
     */
    public static String gone(String uuid) {
        return "gone/" + uuid + ".json";
    }
}
