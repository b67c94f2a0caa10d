package dev.elastigres.core.budget;

import dev.elastigres.core.units.Resources;

/// One VM's word to the budget.
///
/// @param vm which VM
/// @param id above that of every earlier ask of this VM
/// @param wanted all that it wants from now on
/// @param urgent whether memory is short already
public record BudgetRequest(String vm, long id, Resources wanted, boolean urgent) {}
