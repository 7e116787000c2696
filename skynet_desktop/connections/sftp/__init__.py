"""SFTP: any SSH server that offers file transfer, without a shell on it."""

from skynet_desktop.connections.sftp.connection import SFTPConnection

__all__ = ["SFTPConnection"]
