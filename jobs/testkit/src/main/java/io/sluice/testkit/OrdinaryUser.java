package io.sluice.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What root does to run a program that refuses to be run by root. */
final class OrdinaryUser {

    /** Everywhere the user and the group that own nothing; their names differ. */
    static final int ID = 65_534;

    private static final Duration TRIAL_TIMEOUT = Duration.ofSeconds(10);

    private OrdinaryUser() {}

    /** Why root cannot run a program as that user, as part of a sentence; empty when it can. */
    static Optional<String> obstacle() {
        try {
            Path log = Files.createTempFile("sluice-user-", ".log");
            try (ChildProcess trial = ChildProcess.start(command(List.of("true")), Map.of(), Path.of("/"), log)) {
                return trial.waitFor(TRIAL_TIMEOUT).filter(code -> code == 0).isPresent()
                        ? Optional.empty()
                        : Optional.of("root cannot become user " + ID + " by setpriv: "
                                + trial.logTail(1).strip());
            } finally {
                Files.delete(log);
            }
        } catch (IOException failed) {
            return Optional.of("root cannot become user " + ID + ": " + failed.getMessage());
        }
    }

    /** The same program, run as that user: the process keeps its id, because setpriv becomes the program. */
    static List<String> command(List<String> program) {
        List<String> command = new ArrayList<>(
                List.of("setpriv", "--reuid", String.valueOf(ID), "--regid", String.valueOf(ID), "--clear-groups"));
        command.addAll(program);
        return command;
    }

    /** Gives that user a folder with all that is in it. */
    static void own(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.forEach(OrdinaryUser::ownOne);
        } catch (UncheckedIOException failed) {
            throw new IOException("Cannot give " + folder + " to user " + ID + ".", failed.getCause());
        }
    }

    private static void ownOne(Path file) {
        try {
            Files.setAttribute(file, "unix:uid", ID, LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(file, "unix:gid", ID, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
