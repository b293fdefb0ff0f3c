package io.sluice.state;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.Serializable;
import java.net.InetAddress;
import java.util.UUID;

/**
 * What whoever defines a job leaves in the state folder, and every host that works for it looks for: a host
 * with a folder of its own under the same name would follow no order, and what it writes would be seen by nobody.
 *
 * @param state the folder's address
 * @param job {@code backfill}, {@code replay}
 * @param token tells this mark from every other
 */
public record StateMark(String state, String job, String token) implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Below the state folder; a folder for each job, in it one file, called after its token. */
    static final String FOLDER = "marks";

    /**
     * Leaves one, in place of the job's last. Its name is new, so no host has kept in mind that there is no such file, or what was
     * in it: network file systems do, for a minute.
     */
    public static StateMark leave(String state, String job) throws IOException {
        StateMark mark = new StateMark(state, job, UUID.randomUUID().toString());
        StateFiles files = new StateFiles(state);
        files.clear(FOLDER + "/" + job);
        files.write(mark.file(), JsonNodeFactory.instance.objectNode());
        return mark;
    }

    /**
     * Returns if this host sees it.
     *
     * @throws StateNotSharedException if it does not
     */
    public void prove() throws IOException {
        if (new StateFiles(state).read(file()).isEmpty()) {
            throw new StateNotSharedException(
                    "The state folder %s that %s sees is not the one that the command wrote to. Every host of the Flink cluster must see the same one: mount it there, or choose another `state`."
                            .formatted(state, InetAddress.getLocalHost().getHostName()));
        }
    }

    private String file() {
        return FOLDER + "/" + job + "/" + token + ".json";
    }
}
