package dev.elastigres.core.budget;

import dev.elastigres.core.units.Resources;

/// Request of one VM to the budget.
///
/// @param vm name of the VM
/// @param id higher than that of every earlier request of this VM
/// @param wanted the total that the VM wants from now on
/// @param urgent whether resources are already short; urgent requests may use the headroom
public record BudgetRequest(String vm, long id, Resources wanted, boolean urgent) {}
