package dev.elastigres.lab;

import dev.elastigres.vm.VmException;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Gives each test a VM restored from the snapshot of the whole run, and removes it afterwards; or
/// the snapshot itself. If a test has failed, prints the guest's console and the monitor's status.
final class LabExtension implements ParameterResolver, AfterTestExecutionCallback {
    private static final Namespace OURS = Namespace.create(LabExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        Class<?> type = parameter.getParameter().getType();
        return type == LabVm.class || type == GoldenSnapshot.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
        // JUnit closes both: the VM after its test, the snapshot after the last test.
        GoldenSnapshot golden =
                test.getRoot()
                        .getStore(OURS)
                        .computeIfAbsent(GoldenSnapshot.class, _ -> made(), GoldenSnapshot.class);
        if (parameter.getParameter().getType() == GoldenSnapshot.class) return golden;
        return test.getStore(OURS).computeIfAbsent(LabVm.class, _ -> restored(golden), LabVm.class);
    }

    private static GoldenSnapshot made() {
        try {
            return GoldenSnapshot.make();
        } catch (Exception e) {
            throw new ParameterResolutionException("no golden snapshot", e);
        }
    }

    private static LabVm restored(GoldenSnapshot golden) {
        try {
            return golden.restore(LabVm.NAME);
        } catch (VmException | InterruptedException e) {
            throw new ParameterResolutionException("the golden snapshot cannot be restored", e);
        }
    }

    @Override
    public void afterTestExecution(ExtensionContext test) throws Exception {
        LabVm vm = test.getStore(OURS).get(LabVm.class, LabVm.class);
        if (vm != null && test.getExecutionException().isPresent()) {
            System.err.println(test.getDisplayName() + " failed in this guest:");
            System.err.println(vm.recentLogs());
        }
    }
}
