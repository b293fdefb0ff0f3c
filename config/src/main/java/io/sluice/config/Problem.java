package io.sluice.config;

/**
 * One thing that is wrong with a configuration.
 *
 * @param path of the key, {@code backfill.bulk.max_bytes}; empty when it is about the file as a whole
 * @param line of the file, from 1; 0 when it is about the file as a whole
 * @param message what is wrong, what is allowed, what to do; holds no secret
 */
public record Problem(String path, int line, String message) {

    /** {@code migration.yaml:12: backfill.rate: expected …}. */
    String describe(String file) {
        String where = line > 0 ? file + ":" + line + ": " : file + ": ";
        return path.isEmpty() ? where + message : where + path + ": " + message;
    }
}
