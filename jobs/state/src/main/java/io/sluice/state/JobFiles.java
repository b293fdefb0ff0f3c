package io.sluice.state;

/** Where the files lie through which commands and a running job speak, below the migration's state folder. */
public final class JobFiles {

    /** The job that others wait for. */
    public static final String REPLAY = "replay";

    private JobFiles() {}

    /** Orders to a job. */
    public static String control(String job) {
        return "control/" + job + ".json";
    }

    /** What a job says of itself. */
    public static String status(String job) {
        return "status/" + job + ".json";
    }
}
