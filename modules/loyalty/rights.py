"""Who may do what with loyalty: the codes that roles hold."""

VIEW, MANAGE, ENROL = "loyalty.view", "loyalty.manage", "loyalty.enrol"
CORRECT, EXPORT = "loyalty.correct", "loyalty.export"
