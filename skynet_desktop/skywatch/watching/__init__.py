"""The watch: finds machines that fell silent or came back, tells it once, and tidies up."""
