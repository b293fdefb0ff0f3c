package io.sluice.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Distributions, each unpacked once into a folder that all JVMs of a user share.
 *
 * <p>A distribution is put together in a folder of another name and then renamed, under a lock, so that
 * nobody ever sees half of one.
 */
public final class DistributionCache {

    private final Path folder;
    private final ArtefactStore store;

    /** Keeps them in a folder, and looks for their files in this user's Maven repository. */
    public DistributionCache(Path folder) {
        this(folder, Machine.current());
    }

    DistributionCache(Path folder, Machine machine) {
        this.folder = folder.toAbsolutePath();
        this.store = new ArtefactStore(machine, this.folder.resolve("fetch"));
    }

    /** The folder that the system property {@code sluice.cache} names, or else ~/.cache/sluice. */
    public static DistributionCache ofUser() {
        Machine machine = Machine.current();
        return new DistributionCache(machine.cacheFolder(), machine);
    }

    /** Whether a server can be started without anything being fetched or unpacked. */
    public boolean has(Distribution distribution) {
        return Files.isDirectory(homeOf(distribution));
    }

    /**
     * The unpacked server, which is fetched and put together first if need be. Nothing may be written there.
     *
     * @throws MissingArtefactException when a file of it is neither here nor can be fetched
     */
    public Path home(Distribution distribution) throws IOException {
        Path home = homeOf(distribution);
        if (!Files.isDirectory(home)) {
            FolderLock.whileHolding(
                    folder.resolve(distribution.folderName() + ".lock"), () -> assemble(distribution, home));
        }
        return home;
    }

    /** Files of a Maven repository, fetched into it first if need be. */
    public List<Path> files(Collection<Coordinates> coordinates) throws IOException {
        return store.resolve(coordinates);
    }

    private Path homeOf(Distribution distribution) {
        return folder.resolve(distribution.folderName());
    }

    private void assemble(Distribution distribution, Path home) throws IOException {
        if (Files.isDirectory(home)) {
            return; // another JVM was faster
        }
        store.resolve(distribution.artefacts());
        Path half = Files.createTempDirectory(folder, "unpacking-");
        try {
            unzip(store.file(distribution.zip()), half);
            for (ServerModule module : distribution.modules()) {
                addModule(distribution, module, half.resolve("modules").resolve(module.name()));
            }
            Files.move(half, home, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Folders.delete(half);
        }
    }

    private void addModule(Distribution distribution, ServerModule module, Path target) throws IOException {
        Files.createDirectories(target);
        for (Coordinates jar : module.jars()) {
            Files.copy(store.file(jar), target.resolve(jar.fileName()));
        }
        Files.writeString(target.resolve("plugin-descriptor.properties"), module.descriptor(distribution));
        if (!module.permissions().isEmpty()) {
            Files.writeString(target.resolve("plugin-security.policy"), module.policy());
        }
    }

    /** Unpacks an archive whose entries all lie under one folder, without that folder. */
    private static void unzip(Path zip, Path target) throws IOException {
        try (InputStream file = Files.newInputStream(zip);
                ZipInputStream in = new ZipInputStream(file)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Path path = target.resolve(entry.getName().replaceFirst("^[^/]*/", ""))
                        .normalize();
                if (!path.startsWith(target)) {
                    throw new IOException(zip + " has an entry outside of its folder: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                } else {
                    unzipFile(in, path, target.relativize(path));
                }
            }
        }
    }

    private static void unzipFile(InputStream in, Path path, Path relative) throws IOException {
        Path parent = path.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.copy(in, path);
        // java.util.zip does not show the modes; only what lies in a folder named bin needs one.
        if (isProgram(relative) && !path.toFile().setExecutable(true, false)) {
            throw new IOException("Cannot make " + path + " executable.");
        }
    }

    private static boolean isProgram(Path relative) {
        Path folder = relative.getParent();
        return folder != null && folder.endsWith("bin");
    }
}
