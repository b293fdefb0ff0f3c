package io.sluice.proxy.admin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/** What guards the admin port: whoever can read the file may turn the route. */
public final class AdminToken {

    private static final int RANDOM_BYTES = 32;
    private static final int FEWEST_CHARACTERS = 16;
    private static final String SCHEME = "Bearer ";

    private final byte[] token;

    private AdminToken(String token) {
        this.token = token.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads the file, or makes one that only its owner can read.
     *
     * @throws IOException when it can be neither read nor made, or holds too little to be a secret
     */
    public static AdminToken of(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (!Files.exists(file) && folder != null) {
            Files.createDirectories(folder);
            create(file);
        }
        String text = Files.readString(file).strip();
        if (text.length() < FEWEST_CHARACTERS) {
            throw new IOException("The admin token in " + file + " has fewer than " + FEWEST_CHARACTERS
                    + " characters. Delete the file, and a new one is made.");
        }
        return new AdminToken(text);
    }

    private static void create(Path file) throws IOException {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n";
        // Written aside, so that another proxy of the same state never reads half a token.
        Path aside = Files.createTempFile(
                file.toAbsolutePath().getParent(),
                "admin-token",
                ".new",
                PosixFilePermissions.asFileAttribute(Set.copyOf(PosixFilePermissions.fromString("rw-------"))));
        try {
            Files.writeString(aside, text, StandardOpenOption.WRITE);
            Files.createLink(file, aside);
        } catch (FileAlreadyExistsException anotherMadeOne) {
            // Then that one counts.
        } finally {
            Files.delete(aside);
        }
    }

    /** Whether an Authorization header shows it. */
    boolean isShownBy(String authorization) {
        return authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && MessageDigest.isEqual(
                        token, authorization.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8));
    }
}
