package dev.elastigres.vm;

import dev.elastigres.host.process.ExternalProgram;
import dev.elastigres.host.process.ExternalProgramException;
import dev.elastigres.vm.image.Images;
import dev.elastigres.vm.state.FileLocks;
import dev.elastigres.vm.state.VmStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The images of this user, and the VMs whose disks are based on them.
///
/// @param folder of the built images
record VmImages(Path folder, VmStore store, FileLocks locks) {
    /// The built images, each with the names of the VMs based on it.
    Map<Images.ImageEntry, List<String>> list() throws VmException, InterruptedException {
        var images = new LinkedHashMap<Images.ImageEntry, List<String>>();
        Map<Path, List<String>> users = users();
        for (Images.ImageEntry each : new Images(folder).list())
            images.put(each, users.getOrDefault(normalized(each.file()), List.of()));
        return images;
    }

    /// Deletes an image on which no VM is based.
    ///
    /// @param name its name, its file's name or its path
    Images.ImageEntry delete(String name) throws VmException, InterruptedException {
        var images = new Images(folder);
        Images.ImageEntry image = images.find(name);
        images.delete(image, locks, () -> checkUnused(image));
        return image;
    }

    List<Images.ImageLeftover> leftovers() throws VmException, InterruptedException {
        return new Images(folder).leftovers(locks);
    }

    List<Images.ImageLeftover> removeLeftovers() throws VmException, InterruptedException {
        return new Images(folder).removeLeftovers(locks);
    }

    private void checkUnused(Images.ImageEntry image) throws VmException {
        List<String> users = users().getOrDefault(normalized(image.file()), List.of());
        if (!users.isEmpty())
            throw new VmException.Refused(
                    "%s cannot be deleted: the disk of %s stands on it"
                            .formatted(image.name(), String.join(", ", users)));
    }

    /// The newest image.
    Path latest() throws VmException {
        return new Images(folder)
                .latest()
                .orElseThrow(
                        () ->
                                new VmException.Refused(
                                        "there is no image yet; make one with `vm image build`"));
    }

    /// Creates a disk whose unwritten blocks are those of `image`.
    static void createDisk(Path image, Path disk) throws VmException, InterruptedException {
        try {
            ExternalProgram.of(
                            Duration.ofMinutes(1),
                            "qemu-img",
                            "create",
                            "-q",
                            "-f",
                            "qcow2",
                            "-b",
                            image.toString(),
                            "-F",
                            "raw",
                            disk.toString())
                    .run();
        } catch (ExternalProgramException e) {
            throw new VmException.Failed("cannot create a disk on " + image, e);
        }
    }

    private Map<Path, List<String>> users() throws VmException {
        var users = new HashMap<Path, List<String>>();
        for (String name : store.names()) {
            try {
                Path image = store.spec(store.find(name)).image();
                users.computeIfAbsent(image, _ -> new ArrayList<>()).add(name);
            } catch (VmException.Refused _) {
                // The VM has just been deleted, or the folder is not a VM's.
            }
        }
        return users;
    }

    private static Path normalized(Path file) {
        return file.toAbsolutePath().normalize();
    }
}
